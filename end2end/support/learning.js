// The learning platform's 24 topics as they are documented: what receivers were written against. Stands here once
// more, apart from the program, so that the tests have an opinion of their own.

const DOMAIN = ['id', 'resource', 'action', 'domain_id', 'created_at', 'timestamp', 'payload'];
const TENANT = ['id', 'resource', 'action', 'tenant_id', 'created_at', 'payload'];
const BOTH = ['id', 'resource', 'action', 'tenant_id', 'domain_id', 'created_at', 'timestamp', 'payload'];
const SIGNUP = ['id', 'resource', 'action', 'domain_id', 'created_at', 'payload'];

/** Key → `[resource, action, members of the envelope in order]`. */
export const LEARNING = {
  'learning.user.created': ['user', 'signup', SIGNUP],
  'learning.user.updated': ['user', 'updated', BOTH],
  'learning.user.deleted': ['user', 'deleted', BOTH],
  'learning.group.created': ['group', 'created', DOMAIN],
  'learning.course.created': ['course', 'created', DOMAIN],
  'learning.course.updated': ['course', 'updated', DOMAIN],
  'learning.course.deleted': ['course', 'deleted', DOMAIN],
  'learning.course.enrollment': ['course_enrollment', 'enrollment', TENANT],
  'learning.course.completed': ['course_completion', 'completed', DOMAIN],
  'learning.course_bundle.created': ['bundle', 'created', DOMAIN],
  'learning.course_bundle.updated': ['bundle', 'updated', DOMAIN],
  'learning.course_bundle.deleted': ['bundle', 'deleted', DOMAIN],
  'learning.test.created': ['assessment', 'created', DOMAIN],
  'learning.test.updated': ['assessment', 'updated', DOMAIN],
  'learning.test.deleted': ['assessment', 'deleted', DOMAIN],
  'learning.test.enrollment': ['test_enrollment', 'enrollment', TENANT],
  'learning.test.completed': ['assessment', 'completed', DOMAIN],
  'learning.live_class.created': ['virtual classroom', 'created', DOMAIN],
  'learning.live_class.updated': ['virtual classroom', 'updated', DOMAIN],
  'learning.live_class.deleted': ['virtual classroom', 'deleted', DOMAIN],
  'learning.live_class.enrollment': ['virtual classroom', 'enrollment', TENANT],
  'learning.product.created': ['product', 'created', TENANT],
  'learning.product.deleted': ['product', 'deleted', TENANT],
  'learning.sale.created': ['purchase', 'completed', TENANT],
};
